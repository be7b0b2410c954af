"""Tests on S3 servers of other projects: `make s3-servers`."""
