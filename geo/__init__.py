"""The library behind the incident map: usable from a notebook, free of Streamlit."""
