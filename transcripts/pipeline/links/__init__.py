"""What lies behind a link: looked up through the guarded client, and read in a child process that can be killed."""
