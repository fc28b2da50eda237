"""Values and decisions. No clock, disk, environment, network or log: times and ids are arguments."""
