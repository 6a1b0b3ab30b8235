/** DeleteRecords, the reading of internal topics' logs, and work on many partitions at once. */
@NullMarked
package io.oxbow.broker.records;

import org.jspecify.annotations.NullMarked;
