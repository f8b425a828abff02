"""Guancha (观察者网): articles, columns and posts of its users."""
