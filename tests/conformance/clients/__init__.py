"""Programs of others that ask our server, each as its users do: see `__main__`."""
