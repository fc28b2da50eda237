"""What is learned from a conversation without anybody asking: pure; careful, because junk is worse than nothing."""
