// SPDX-License-Identifier: Apache-2.0
package dev.weir;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the package graph and says which package may use which library. */
@AnalyzeClasses(packages = "dev.weir", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.weir..")
          .withOptionalLayers(true)
          .layer("server")
          .definedBy("dev.weir.server..", "dev.weir.launcher..")
          .layer("http")
          .definedBy("dev.weir.http..")
          .layer("kinesis")
          .definedBy("dev.weir.kinesis..")
          .layer("hooks")
          .definedBy("dev.weir.hooks..")
          .layer("ingest")
          .definedBy("dev.weir.ingest..")
          .layer("playback")
          .definedBy("dev.weir.playback..")
          .layer("control")
          .definedBy("dev.weir.control..")
          .layer("decode")
          .definedBy("dev.weir.decode..")
          .layer("archive")
          .definedBy("dev.weir.archive..")
          .layer("store")
          .definedBy("dev.weir.store..")
          .layer("catalog")
          .definedBy("dev.weir.catalog..")
          .layer("container")
          .definedBy("dev.weir.container..")
          .layer("records")
          .definedBy("dev.weir.records..")
          .layer("bytes")
          .definedBy("dev.weir.bytes..")
          .layer("model")
          .definedBy("dev.weir.model..")
          .whereLayer("server")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("server")
          .whereLayer("kinesis")
          .mayOnlyBeAccessedByLayers("server", "http")
          .whereLayer("hooks")
          .mayOnlyBeAccessedByLayers("server", "http")
          .whereLayer("ingest")
          .mayOnlyBeAccessedByLayers("server", "http", "kinesis")
          .whereLayer("playback")
          .mayOnlyBeAccessedByLayers("server", "http", "kinesis", "hooks")
          .whereLayer("control")
          .mayOnlyBeAccessedByLayers("server", "http", "kinesis", "hooks")
          .whereLayer("decode")
          .mayOnlyBeAccessedByLayers("server", "playback")
          .whereLayer("archive")
          .mayOnlyBeAccessedByLayers("server", "ingest", "playback", "control")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("server", "archive")
          .whereLayer("catalog")
          .mayOnlyBeAccessedByLayers("server", "archive", "hooks")
          .whereLayer("records")
          .mayOnlyBeAccessedByLayers("server", "http", "hooks")
          .whereLayer("container")
          .mayOnlyBeAccessedByLayers("server", "ingest", "playback", "decode");

  @ArchTest
  static final ArchRule nettyInHttpAlone =
      onlyIn("io.netty..", "dev.weir.http..", "dev.weir.server..");

  @ArchTest static final ArchRule sqlInCatalogAlone = onlyIn("java.sql..", "dev.weir.catalog..");

  @ArchTest static final ArchRule h2InCatalogAlone = onlyIn("org.h2..", "dev.weir.catalog..");

  @ArchTest
  static final ArchRule jcodecInItsWorker = onlyIn("org.jcodec..", "dev.weir.decode.jcodec..");

  @ArchTest
  static final ArchRule bytedecoInItsWorker = onlyIn("org.bytedeco..", "dev.weir.decode.ffmpeg..");

  @ArchTest
  static final ArchRule humbleInItsWorker = onlyIn("io.humble..", "dev.weir.decode.humble..");

  @ArchTest
  static final ArchRule jacksonAtTheBorders =
      onlyIn(
          "com.fasterxml.jackson..",
          "dev.weir.http..",
          "dev.weir.kinesis..",
          "dev.weir.control..",
          "dev.weir.hooks..",
          "dev.weir.records..",
          "dev.weir.server..");

  @ArchTest
  static final ArchRule nothingSleeps =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule nobodyIsAHelper =
      noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager)");

  private static ArchRule onlyIn(String library, String... packages) {
    return noClasses()
        .that()
        .resideInAPackage("dev.weir..")
        .and()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }
}
