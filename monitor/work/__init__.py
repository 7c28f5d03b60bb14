"""Several machines: partitions of archives go in, what the workers of a cluster read comes out.

Never reads a file or touches the store: that is for who asks. Its libraries are extras.
"""

__all__ = ["cluster"]
