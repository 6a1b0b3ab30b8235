/**
 * Holds slots of the metadata log that go from process to process without the bucket. One class
 * keeps those that others may lack, one takes those that were pushed here, and one decides when to
 * look into the bucket all the same.
 */
@NullMarked
package io.oxbow.s3stream.log.push;

import org.jspecify.annotations.NullMarked;
