"""The model: the incident, its fields, its words, and the query."""
