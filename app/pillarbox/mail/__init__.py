"""Mail as values: bytes in, frozen dataclasses out. No framework, no I/O, no clock."""
