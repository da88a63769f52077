// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** An MPD as a client reads it. Immutable. */
public final class Manifest {

  private static final String NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";

  private final Document document;

  /** A segment of an AdaptationSet; attributes that are not there are empty. */
  public record Segment(
      long number, long time, long duration, String timestamp, String fragmentNumber) {

    public long end() {
      return time + duration;
    }
  }

  private Manifest(Document document) {
    this.document = document;
  }

  public static Manifest parse(String text) {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return new Manifest(
          factory
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    } catch (Exception e) {
      throw new AssertionError(text, e);
    }
  }

  /** The decode time that a media segment begins with, which its first tfdt says. */
  public static long decodeTime(byte[] segment) {
    assertThat(new String(segment, 52, 4, StandardCharsets.US_ASCII)).isEqualTo("tfdt");
    return ByteBuffer.wrap(segment).getLong(60);
  }

  /** An attribute of the MPD; empty when it is not there. */
  public String attribute(String name) {
    return document.getDocumentElement().getAttribute(name);
  }

  public int periods() {
    return all("Period").getLength();
  }

  public int adaptationSets() {
    return all("AdaptationSet").getLength();
  }

  /** An attribute of the Representation of an AdaptationSet. */
  public String representation(int adaptationSet, String name) {
    return child(adaptationSet, "Representation").getAttribute(name);
  }

  public long timescale(int adaptationSet) {
    return Long.parseLong(template(adaptationSet).getAttribute("timescale"));
  }

  /** The name of the initialization segment. */
  public String initialization(int adaptationSet) {
    return template(adaptationSet).getAttribute("initialization");
  }

  /** The name of a media segment. */
  public String media(int adaptationSet, Segment segment) {
    return template(adaptationSet)
        .getAttribute("media")
        .replace("$Number$", Long.toString(segment.number()));
  }

  public List<Segment> segments(int adaptationSet) {
    Element template = template(adaptationSet);
    NodeList entries = template.getElementsByTagNameNS(NAMESPACE, "S");
    long number = Long.parseLong(template.getAttribute("startNumber"));
    var segments = new ArrayList<Segment>();
    for (int i = 0; i < entries.getLength(); i++) {
      var entry = (Element) entries.item(i);
      segments.add(
          new Segment(
              number + i,
              Long.parseLong(entry.getAttribute("t")),
              Long.parseLong(entry.getAttribute("d")),
              entry.getAttribute("kvs:ts"),
              entry.getAttribute("kvs:fn")));
    }
    return segments;
  }

  private Element template(int adaptationSet) {
    return child(adaptationSet, "SegmentTemplate");
  }

  private Element child(int adaptationSet, String name) {
    var set = (Element) all("AdaptationSet").item(adaptationSet);
    return (Element) set.getElementsByTagNameNS(NAMESPACE, name).item(0);
  }

  private NodeList all(String name) {
    return document.getElementsByTagNameNS(NAMESPACE, name);
  }
}
