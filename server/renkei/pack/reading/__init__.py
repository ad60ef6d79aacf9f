"""Files of authors read: which there are, their statements, places and slips."""
