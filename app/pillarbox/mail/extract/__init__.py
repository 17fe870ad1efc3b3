"""What a test wants out of a message: its links, one-time codes and invitations, and one value by its name.

Nothing is imported here: the patterns of `links` and `codes` take 50 ms to make, which only a read message pays.
"""
