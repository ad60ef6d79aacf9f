"""How a release is described: DCAT and VoID, with shapes, words and names that hold for any."""
