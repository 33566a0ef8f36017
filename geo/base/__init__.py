"""What everything stands on: errors, settings, files written whole, the one grid."""
