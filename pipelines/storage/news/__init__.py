"""What was collected: articles, revisions, stories, sightings, rejects, evidence."""
