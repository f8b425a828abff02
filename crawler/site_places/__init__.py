"""Where sites stand: in the package, or in folders of the operator; and how each is loaded.

A site in an operator's folder is imported under the name it would have in the package.
"""
