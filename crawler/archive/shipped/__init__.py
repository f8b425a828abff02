"""The archive's target: finished files are shipped there, and read from there once they are gone.

The target is a folder or an S3 bucket, through fsspec. It holds the same names as the local folder,
an index beside each file: a file is whole there once its index is.
"""
