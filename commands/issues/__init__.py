"""Issues: what moves people, on a list that the committee keeps."""
