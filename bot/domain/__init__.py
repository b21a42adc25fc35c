"""What Launchwire talks about: data and pure rules, standard library only, no I/O and no clock."""
