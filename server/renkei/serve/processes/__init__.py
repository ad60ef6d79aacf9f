"""The application in processes of its own, each of which can be ended at any moment."""
