package io.oxbow.tableflow.service;

/** Parts of the node that the service depends on. */
public record TableServiceLinks(
        TableTopics topics,
        CommitterEpochs epochs,
        TopicUploads uploads,
        ProgressListener progress) {}
