"""What mail is exported to and imported from: folders and files in the formats that other programs read.

Each format is a module with a way in, a way out, or both; `targets` and `sources` choose among them.
"""
