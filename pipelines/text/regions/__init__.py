"""Words that the regions use for the same thing: the Mainland, Taiwan, Hong Kong."""
