"""What people take along: articles as files, feeds and tables, whole however many they are."""
