"""`newsdesk site`: propose, mend, record and check a site."""
