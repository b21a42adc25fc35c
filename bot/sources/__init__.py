"""The world to `RawArticle`: the seeds folder, feeds and article pages."""
