"""What the office writes: the registry and its waivers, and what in them should be mended."""
