"""The contract's shapes as models: every field with its description and an example, names as JSON has them.

Rules of this package:

* A field that has no value is null and never missing, except those that are documented as missing.
* Domain values know nothing of JSON: each shape that shows one has a class method that builds it from the value.
"""
