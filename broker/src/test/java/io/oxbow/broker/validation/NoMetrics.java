package io.oxbow.broker.validation;

import org.apache.kafka.storage.internals.log.LogValidator;

/** Ignores what Kafka's validator would count. */
enum NoMetrics implements LogValidator.MetricsRecorder {
    INSTANCE;

    @Override
    public void recordInvalidMagic() {}

    @Override
    public void recordInvalidOffset() {}

    @Override
    public void recordInvalidSequence() {}

    @Override
    public void recordInvalidChecksums() {}

    @Override
    public void recordNoKeyCompactedTopic() {}
}
