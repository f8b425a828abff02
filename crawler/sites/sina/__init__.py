"""Sina (新浪): news, finance and its mobile pages."""
