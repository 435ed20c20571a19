"""The decoder of untrusted media: a program run in limited child processes, and their pool.

`program` and what it imports (`limits`, `image`, `video`, `timeline`, `sound`) run in the child;
`pool` and `worker` run in the server; `protocol` and `sniff` are shared and touch no codec.
"""
