"""Who stands for whom in an anonymous pack, what is kept how long, what is held on a person."""
