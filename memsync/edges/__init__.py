"""One outside thing per module (git, the memory files, the scanner, …), strangers to each other."""
