package io.oxbow.tableflow.service;

import io.oxbow.tableflow.translate.TableTopic;

/** Controls the uploads of topics' records from this node's write-ahead log into data objects. */
public interface TopicUploads {

    /** Starts an upload of everything durable; does not wait for it. */
    void soon();

    /** Returns true when this node holds records of the topic that no data object has. */
    boolean arePending(TableTopic topic);
}
