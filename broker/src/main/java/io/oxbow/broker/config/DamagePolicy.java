package io.oxbow.broker.config;

import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.storage.internals.log.LogConfig;

/** Behaviour of a topic's readers at a range of records that is damaged in the bucket. */
public enum DamagePolicy {
    /** Readers get an error that names the offset. */
    FAIL,
    /** Readers get the records beyond the range; each such read is counted, each range logged. */
    SKIP;

    /** The topic configuration. */
    public static final String KEY = "damaged.data.read";

    private static final String DOC =
            "Answer to a consumer that reads records whose data object is missing or "
                    + "damaged: 'fail' is an error (CORRUPT_MESSAGE) at that offset, until the object is back,"
                    + " the records are deleted or the consumer seeks beyond; 'skip' goes on with the"
                    + " records behind them, which is logged and counted.";

    /** The topic configuration's definition. */
    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        KEY,
                        ConfigDef.Type.STRING,
                        FAIL.text(),
                        ConfigDef.ValidString.in(FAIL.text(), SKIP.text()),
                        ConfigDef.Importance.MEDIUM,
                        DOC);
    }

    public static DamagePolicy of(LogConfig config) {
        return SKIP.text().equals(config.originals().get(KEY)) ? SKIP : FAIL;
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
