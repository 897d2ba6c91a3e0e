"""Where work is done and what is kept of it: workers, clusters, caches, tables on disk. Nothing here knows of pledges."""
