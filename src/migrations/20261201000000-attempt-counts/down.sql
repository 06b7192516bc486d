drop table attempt_counts;
