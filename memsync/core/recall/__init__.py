"""Recall's decisions: how texts become terms, how a question is read, scored, ranked and shown. All pure."""
