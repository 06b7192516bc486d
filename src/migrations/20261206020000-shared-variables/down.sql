drop table changed_variables;
drop table variable_changes;
drop table shared_variables;
