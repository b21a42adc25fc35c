"""Use cases: they know the domain and the ports, nothing else."""
