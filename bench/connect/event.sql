-- The one table that the sink fills: a flat row for each event, the record's value as a text.
CREATE TABLE event (
  partition integer NOT NULL,
  position bigint NOT NULL,
  event text NOT NULL,
  PRIMARY KEY (partition, position)
);
