create table placeholder_runtime (id int);
