drop table assistant_requests;
