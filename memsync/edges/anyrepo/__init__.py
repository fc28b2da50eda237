"""Any git repository, a store's or not: what is staged, what a push brings, all it ever held, and taking a secret out of it.

git is started directly: a hook must answer quickly, and what history holds is read as it comes, never all at once.
"""
