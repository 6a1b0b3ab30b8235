/**
 * The trial of a bucket before a node starts on it. {@code StoreProbe} asks for all that is relied
 * on and says whether the store is fit.
 */
@NullMarked
package io.oxbow.s3stream.store.probe;

import org.jspecify.annotations.NullMarked;
