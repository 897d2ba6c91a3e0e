"""The local page: a month by mouse. A face of the pipeline, in which nothing is decided."""
