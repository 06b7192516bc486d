-- What all Shipmates on this database share.
create table installation (
  name varchar(50) not null,
  value text not null,
  primary key (name)
);
