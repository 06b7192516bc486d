alter table previews drop column labelled;
