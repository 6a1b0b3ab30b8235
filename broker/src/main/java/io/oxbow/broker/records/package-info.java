/** DeleteRecords, and the reading of internal topics' logs. */
@NullMarked
package io.oxbow.broker.records;

import org.jspecify.annotations.NullMarked;
