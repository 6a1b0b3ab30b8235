package io.oxbow.s3stream.composite;

/** Source of composites' indexes and blocks: the bucket or a cache. Thread-safe; blocks. */
public interface CompositeSource {

    /**
     * @throws io.oxbow.s3stream.object.ObjectMissingException when the composite is not there
     */
    CompositeIndex index(String key, long objectSize);

    /**
     * @param number of the block
     * @throws io.oxbow.s3stream.object.ObjectMissingException when the composite is not there
     */
    CompositeBlock block(CompositeIndex index, int number);
}
