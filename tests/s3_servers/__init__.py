"""S3 servers that this project did not write, and what is tried on each: `make s3-servers`."""
