package io.oxbow.node.roots;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/**
 * Loads the product's classes once more; the methods it is told of report to {@link InjectedFault}
 * as they begin.
 */
final class FaultLoader extends ClassLoader {

    private static final String PRODUCT = "io.oxbow.";
    private static final ClassDesc FAULT = ClassDesc.of(InjectedFault.class.getName());
    private static final MethodTypeDesc REACHED =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    /** Types that the test and what is loaded here have in common. */
    private static final Set<String> SHARED =
            Set.of(InjectedFault.class.getName(), NodeUnderFault.class.getName());

    private final Set<String> places;
    private final ClassFile classes;

    /**
     * @param places {@code package.Class.method}, without {@code io.oxbow.}; the code of a method's
     *     lambdas has {@code #code} behind it
     */
    FaultLoader(Set<String> places) {
        super(FaultLoader.class.getClassLoader());
        this.places = places;
        this.classes =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(getParent())));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PRODUCT) || SHARED.contains(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in = getParent().getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = woven(name, in.readAllBytes());
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] woven(String name, byte[] bytes) {
        String prefix = name.substring(PRODUCT.length()) + ".";
        if (places.stream().noneMatch(place -> place.startsWith(prefix))) {
            return bytes;
        }
        return classes.transformClass(
                classes.parse(bytes),
                (builder, element) -> {
                    if (element instanceof MethodModel method
                            && places.contains(prefix + ProductClasses.placeOf(method))) {
                        builder.transformMethod(
                                method, reporting(prefix + ProductClasses.placeOf(method)));
                    } else {
                        builder.with(element);
                    }
                });
    }

    private static MethodTransform reporting(String place) {
        return MethodTransform.transformingCode(
                new CodeTransform() {
                    @Override
                    public void atStart(CodeBuilder code) {
                        code.ldc(place).invokestatic(FAULT, "reached", REACHED);
                    }

                    @Override
                    public void accept(CodeBuilder code, CodeElement element) {
                        code.with(element);
                    }
                });
    }
}
