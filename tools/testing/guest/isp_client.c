// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of the ISP's media device, see isp_client.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <linux/media-bus-format.h>

#include "isp_client.h"

#define MAX_DEVICES	32
#define MAX_ENTITIES	16

const char *const isp_node_names[ISP_NODES] = {
	[ISP_MAIN] = "rkisp2_mainpath", [ISP_SELF] = "rkisp2_selfpath",
	[ISP_RAW0] = "rkisp2_rawrd0", [ISP_RAW1] = "rkisp2_rawrd1",
	[ISP_RAW2] = "rkisp2_rawrd2", [ISP_PARAMS] = "rkisp2_params",
	[ISP_STATS] = "rkisp2_stats",
};

static const uint32_t node_types[ISP_NODES] = {
	[ISP_MAIN] = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
	[ISP_SELF] = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
	[ISP_RAW0] = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,
	[ISP_RAW1] = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,
	[ISP_RAW2] = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,
	[ISP_PARAMS] = V4L2_BUF_TYPE_META_OUTPUT,
	[ISP_STATS] = V4L2_BUF_TYPE_META_CAPTURE,
};

static struct isp_dev *opened[MAX_DEVICES];

/**
 * isp_ioctl() - an ioctl that is not interrupted
 * @fd: file
 * @request: number
 * @arg: argument
 *
 * Return: 0 or a negative errno.
 */
int isp_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do {
		ret = ioctl(fd, request, arg);
	} while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : 0;
}

/* ---- finding ---- */

/* Name of the platform device that a media device belongs to. */
static int parent_of(char *name, size_t size, unsigned int number)
{
	char path[64], target[256], *end;
	ssize_t n;
	int len;

	snprintf(path, sizeof(path), "/sys/bus/media/devices/media%u", number);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	/* ".../fdcb0000.isp/media0" */
	end = strrchr(target, '/');
	if (!end)
		return -EPROTO;
	*end = '\0';
	end = strrchr(target, '/');
	len = snprintf(name, size, "%s", end ? end + 1 : target);
	return len < (int)size ? 0 : -ENAMETOOLONG;
}

static int open_char(unsigned int major, unsigned int minor)
{
	char path[64], line[128], name[160] = "";
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/uevent", major, minor);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "DEVNAME=", 8)) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(name, sizeof(name), "/dev/%s", line + 8);
		}
	fclose(f);
	fd = open(name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

struct found {
	char path[32];
	char parent[64];
};

static int by_place(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->parent, y->parent);

	if (order)
		return order;
	order = (int)strlen(x->path) - (int)strlen(y->path);
	return order ? order : strcmp(x->path, y->path);
}

/* All media devices of ISPs, by place in the chip, then by number. */
static unsigned int find(struct found *list)
{
	unsigned int i, n = 0;

	for (i = 0; i < MAX_DEVICES; i++) {
		struct media_device_info info = { 0 };
		int fd;

		snprintf(list[n].path, sizeof(list[n].path), "/dev/media%u", i);
		fd = open(list[n].path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (isp_ioctl(fd, MEDIA_IOC_DEVICE_INFO, &info))
			info.driver[0] = '\0';
		close(fd);
		if (strcmp(info.driver, "rkisp2") ||
		    parent_of(list[n].parent, sizeof(list[n].parent), i))
			continue;
		n++;
	}
	qsort(list, n, sizeof(*list), by_place);
	return n;
}

static int open_nodes(struct isp_dev *dev)
{
	struct media_v2_entity entities[MAX_ENTITIES];
	struct media_v2_interface interfaces[MAX_ENTITIES];
	struct media_v2_link links[64];
	struct media_v2_topology topology = { 0 };
	unsigned int i, k, n;
	int ret;

	ret = isp_ioctl(dev->media, MEDIA_IOC_G_TOPOLOGY, &topology);
	if (ret)
		return ret;
	if (topology.num_entities > MAX_ENTITIES || topology.num_interfaces > MAX_ENTITIES ||
	    topology.num_links > 64)
		return -E2BIG;
	topology.num_pads = 0;
	topology.ptr_entities = (uintptr_t)entities;
	topology.ptr_interfaces = (uintptr_t)interfaces;
	topology.ptr_links = (uintptr_t)links;
	ret = isp_ioctl(dev->media, MEDIA_IOC_G_TOPOLOGY, &topology);
	if (ret)
		return ret;
	for (i = 0; i < topology.num_links; i++) {
		const struct media_v2_link *link = &links[i];

		if ((link->flags & MEDIA_LNK_FL_LINK_TYPE) != MEDIA_LNK_FL_INTERFACE_LINK)
			continue;
		for (k = 0; k < topology.num_entities; k++)
			if (entities[k].id == link->sink_id)
				break;
		for (n = 0; n < topology.num_interfaces; n++)
			if (interfaces[n].id == link->source_id)
				break;
		if (k == topology.num_entities || n == topology.num_interfaces)
			return -EPROTO;
		ret = open_char(interfaces[n].devnode.major, interfaces[n].devnode.minor);
		if (ret < 0)
			return ret;
		if (!strcmp(entities[k].name, "rkisp2_isp")) {
			dev->subdev = ret;
			dev->entity[ISP_NODES] = entities[k].id;
			continue;
		}
		for (n = 0; n < ISP_NODES; n++)
			if (!strcmp(entities[k].name, isp_node_names[n]))
				break;
		if (n == ISP_NODES) {
			close(ret);
			continue;
		}
		dev->node[n].fd = ret;
		dev->entity[n] = entities[k].id;
	}
	for (n = 0; n < ISP_NODES; n++)
		if (dev->node[n].fd < 0)
			return -ENODEV;
	return dev->subdev < 0 ? -ENODEV : 0;
}

static struct isp_dev *open_found(const struct found *found)
{
	struct isp_dev *dev = calloc(1, sizeof(*dev));
	unsigned int i, slot;
	int ret;

	if (!dev)
		return NULL;
	for (slot = 0; slot < MAX_DEVICES && opened[slot]; slot++)
		;
	if (slot == MAX_DEVICES) {
		free(dev);
		errno = EMFILE;
		return NULL;
	}
	opened[slot] = dev;
	dev->subdev = -1;
	for (i = 0; i < ISP_NODES; i++) {
		dev->node[i].fd = -1;
		dev->node[i].type = node_types[i];
		dev->node[i].memory = V4L2_MEMORY_MMAP;
	}
	snprintf(dev->path, sizeof(dev->path), "%s", found->path);
	snprintf(dev->parent, sizeof(dev->parent), "%s", found->parent);
	dev->media = open(found->path, O_RDWR | O_CLOEXEC);
	ret = dev->media < 0 ? -errno : open_nodes(dev);
	for (i = 0; !ret && i < ISP_NODES; i++) {
		dev->node[i].fmt.type = node_types[i];
		ret = isp_ioctl(dev->node[i].fd, VIDIOC_G_FMT, &dev->node[i].fmt);
	}
	if (ret) {
		isp_close(dev);
		errno = -ret;
		return NULL;
	}
	return dev;
}

/**
 * isp_open() - open all nodes of an ISP
 * @index: which media device, counted by place in the chip
 *
 * Return: the device, or NULL with errno set.
 */
struct isp_dev *isp_open(unsigned int index)
{
	struct found list[MAX_DEVICES];

	if (index >= find(list)) {
		errno = ENODEV;
		return NULL;
	}
	return open_found(&list[index]);
}

/**
 * isp_open_at() - open a context of a certain instance
 * @parent: name of the platform device, "fdcb0000.isp"
 * @context: which of its media devices
 *
 * Return: the device, or NULL with errno set.
 */
struct isp_dev *isp_open_at(const char *parent, unsigned int context)
{
	struct found list[MAX_DEVICES];
	unsigned int i, n = find(list);

	for (i = 0; i < n; i++)
		if (!strcmp(list[i].parent, parent) && !context--)
			return open_found(&list[i]);
	errno = ENODEV;
	return NULL;
}

static void drop_buffers(struct isp_node *node)
{
	unsigned int i, k;

	for (i = 0; i < node->count; i++) {
		struct isp_buf *b = &node->buf[i];

		for (k = 0; k < b->planes; k++) {
			if (b->map[k])
				munmap(b->map[k], b->length[k]);
			if (b->dmabuf[k] >= 0 && node->memory == V4L2_MEMORY_MMAP)
				close(b->dmabuf[k]);
		}
	}
	memset(node->buf, 0, sizeof(node->buf));
	node->count = 0;
}

/**
 * isp_close() - close all files of a device, as a dying process does
 * @dev: the device
 */
void isp_close(struct isp_dev *dev)
{
	unsigned int i;

	for (i = 0; i < MAX_DEVICES; i++)
		if (opened[i] == dev)
			opened[i] = NULL;
	for (i = 0; i < ISP_NODES; i++) {
		drop_buffers(&dev->node[i]);
		if (dev->node[i].fd >= 0)
			close(dev->node[i].fd);
	}
	if (dev->subdev >= 0)
		close(dev->subdev);
	if (dev->media >= 0)
		close(dev->media);
	free(dev);
}

/** isp_close_all() - close what a test left open */
void isp_close_all(void)
{
	unsigned int i;

	for (i = 0; i < MAX_DEVICES; i++)
		if (opened[i])
			isp_close(opened[i]);
}

/* ---- links and formats ---- */

/**
 * isp_link() - turn the link of a raw node on or off
 * @dev: the device
 * @raw: ISP_RAW0 to ISP_RAW2
 * @on: new state
 *
 * Return: 0 or a negative errno.
 */
int isp_link(struct isp_dev *dev, enum isp_node_id raw, bool on)
{
	struct media_link_desc link = {
		.source = { .entity = dev->entity[raw], .index = 0, .flags = MEDIA_PAD_FL_SOURCE },
		.sink = { .entity = dev->entity[ISP_NODES], .index = (uint16_t)(raw - ISP_RAW0),
			  .flags = MEDIA_PAD_FL_SINK },
		.flags = on ? MEDIA_LNK_FL_ENABLED : 0,
	};

	return isp_ioctl(dev->media, MEDIA_IOC_SETUP_LINK, &link);
}

/**
 * isp_raw_fourcc() - pixel format of a raw picture
 * @depth: 8, 10 or 12
 * @order: Bayer order
 *
 * Return: V4L2 fourcc.
 */
uint32_t isp_raw_fourcc(unsigned int depth, enum isp_order order)
{
	static const uint32_t table[3][4] = {
		{ V4L2_PIX_FMT_SRGGB8, V4L2_PIX_FMT_SGRBG8, V4L2_PIX_FMT_SGBRG8,
		  V4L2_PIX_FMT_SBGGR8 },
		{ V4L2_PIX_FMT_SRGGB10, V4L2_PIX_FMT_SGRBG10, V4L2_PIX_FMT_SGBRG10,
		  V4L2_PIX_FMT_SBGGR10 },
		{ V4L2_PIX_FMT_SRGGB12, V4L2_PIX_FMT_SGRBG12, V4L2_PIX_FMT_SGBRG12,
		  V4L2_PIX_FMT_SBGGR12 },
	};

	return table[(depth - 8) / 2][order];
}

/**
 * isp_raw_code() - media bus code of a raw picture
 * @depth: 8, 10 or 12
 * @order: Bayer order
 *
 * Return: the code.
 */
uint32_t isp_raw_code(unsigned int depth, enum isp_order order)
{
	static const uint32_t table[3][4] = {
		{ MEDIA_BUS_FMT_SRGGB8_1X8, MEDIA_BUS_FMT_SGRBG8_1X8,
		  MEDIA_BUS_FMT_SGBRG8_1X8, MEDIA_BUS_FMT_SBGGR8_1X8 },
		{ MEDIA_BUS_FMT_SRGGB10_1X10, MEDIA_BUS_FMT_SGRBG10_1X10,
		  MEDIA_BUS_FMT_SGBRG10_1X10, MEDIA_BUS_FMT_SBGGR10_1X10 },
		{ MEDIA_BUS_FMT_SRGGB12_1X12, MEDIA_BUS_FMT_SGRBG12_1X12,
		  MEDIA_BUS_FMT_SGBRG12_1X12, MEDIA_BUS_FMT_SBGGR12_1X12 },
	};

	return table[(depth - 8) / 2][order];
}

/**
 * isp_pad_format() - set the active format of a pad
 * @dev: the device
 * @pad: which
 * @code: media bus code
 * @width: pixels
 * @height: lines
 * @got: receives what the driver made of it; may be NULL
 *
 * Return: 0 or a negative errno.
 */
int isp_pad_format(struct isp_dev *dev, enum isp_pad pad, uint32_t code,
		   unsigned int width, unsigned int height,
		   struct v4l2_mbus_framefmt *got)
{
	struct v4l2_subdev_format f = {
		.which = V4L2_SUBDEV_FORMAT_ACTIVE,
		.pad = pad,
		.format = {
			.width = width, .height = height, .code = code,
			.field = V4L2_FIELD_NONE,
		},
	};
	int ret = isp_ioctl(dev->subdev, VIDIOC_SUBDEV_S_FMT, &f);

	if (!ret && got)
		*got = f.format;
	return ret;
}

/**
 * isp_set_raw() - format of the raw input, on node and pad 0
 * @dev: the device
 * @width: pixels
 * @height: lines
 * @depth: 8, 10 or 12
 * @order: Bayer order
 *
 * Return: 0, a negative errno, or -ERANGE when the driver chose another format.
 */
int isp_set_raw(struct isp_dev *dev, unsigned int width, unsigned int height,
		unsigned int depth, enum isp_order order)
{
	struct isp_node *node = &dev->node[ISP_RAW0];
	struct v4l2_pix_format_mplane *pix = &node->fmt.fmt.pix_mp;
	struct v4l2_mbus_framefmt got;
	uint32_t fourcc = isp_raw_fourcc(depth, order);
	int ret;

	memset(&node->fmt, 0, sizeof(node->fmt));
	node->fmt.type = node->type;
	pix->width = width;
	pix->height = height;
	pix->pixelformat = fourcc;
	pix->field = V4L2_FIELD_NONE;
	pix->num_planes = 1;
	ret = isp_ioctl(node->fd, VIDIOC_S_FMT, &node->fmt);
	if (ret)
		return ret;
	if (pix->width != width || pix->height != height || pix->pixelformat != fourcc)
		return -ERANGE;
	dev->raw = (struct isp_ref_raw){
		.width = width, .height = height, .depth = depth, .order = order,
		.stride = pix->plane_fmt[0].bytesperline,
	};
	ret = isp_pad_format(dev, ISP_PAD_RAW0, isp_raw_code(depth, order), width, height, &got);
	if (ret)
		return ret;
	return got.width == width && got.height == height &&
		got.code == isp_raw_code(depth, order) ? 0 : -ERANGE;
}

/**
 * isp_set_path() - format of an output path, on pad and node
 * @dev: the device
 * @path: ISP_MAIN or ISP_SELF
 * @fourcc: pixel format
 * @width: pixels
 * @height: lines
 *
 * The pad takes what the node took, so that a size the driver rounds still
 * gives a valid pipeline; node->fmt tells.
 *
 * Return: 0, a negative errno, or -ERANGE when the fourcc is not taken.
 */
int isp_set_path(struct isp_dev *dev, enum isp_node_id path, uint32_t fourcc,
		 unsigned int width, unsigned int height)
{
	struct isp_node *node = &dev->node[path];
	struct v4l2_pix_format_mplane *pix = &node->fmt.fmt.pix_mp;
	int ret;

	memset(&node->fmt, 0, sizeof(node->fmt));
	node->fmt.type = node->type;
	pix->width = width;
	pix->height = height;
	pix->pixelformat = fourcc;
	pix->field = V4L2_FIELD_NONE;
	ret = isp_ioctl(node->fd, VIDIOC_S_FMT, &node->fmt);
	if (ret)
		return ret;
	if (pix->pixelformat != fourcc)
		return -ERANGE;
	return isp_pad_format(dev, path == ISP_MAIN ? ISP_PAD_MAIN : ISP_PAD_SELF,
			      MEDIA_BUS_FMT_YUYV8_2X8, pix->width, pix->height, NULL);
}

/**
 * isp_set_meta() - layout of parameters and statistics
 * @dev: the device
 * @own: the own pair of formats instead of RK2P and RK2S
 *
 * Return: 0, a negative errno, or -ERANGE when the format is not taken.
 */
int isp_set_meta(struct isp_dev *dev, bool own)
{
	static const uint32_t fourccs[2][2] = {
		{ V4L2_META_FMT_SUNMAO_RK2P, V4L2_META_FMT_SUNMAO_RK2S },
		{ V4L2_META_FMT_SUNMAO_ISP_PARAMS, V4L2_META_FMT_SUNMAO_ISP_STATS },
	};
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct isp_node *node = &dev->node[ISP_PARAMS + i];
		int ret;

		memset(&node->fmt, 0, sizeof(node->fmt));
		node->fmt.type = node->type;
		node->fmt.fmt.meta.dataformat = fourccs[own][i];
		ret = isp_ioctl(node->fd, VIDIOC_S_FMT, &node->fmt);
		if (ret)
			return ret;
		if (node->fmt.fmt.meta.dataformat != fourccs[own][i])
			return -ERANGE;
	}
	return 0;
}

/* ---- buffers ---- */

static bool is_meta(const struct isp_node *node)
{
	return node->type == V4L2_BUF_TYPE_META_OUTPUT || node->type == V4L2_BUF_TYPE_META_CAPTURE;
}

static bool is_output(const struct isp_node *node)
{
	return node->type == V4L2_BUF_TYPE_META_OUTPUT ||
		node->type == V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
}

static unsigned int planes_of(const struct isp_node *node)
{
	return is_meta(node) ? 1 : node->fmt.fmt.pix_mp.num_planes;
}

static void describe(struct v4l2_buffer *b, struct v4l2_plane *planes,
		     const struct isp_node *node, unsigned int index)
{
	memset(b, 0, sizeof(*b));
	memset(planes, 0, ISP_PLANES * sizeof(*planes));
	b->type = node->type;
	b->memory = node->memory;
	b->index = index;
	if (!is_meta(node)) {
		b->m.planes = planes;
		b->length = planes_of(node);
	}
}

static int request(struct isp_node *node, unsigned int count, uint32_t memory)
{
	struct v4l2_requestbuffers req = {
		.count = count, .type = node->type, .memory = memory,
	};
	int ret;

	if (count > ISP_BUFFERS)
		return -E2BIG;
	ret = isp_ioctl(node->fd, VIDIOC_REQBUFS, &req);
	if (ret)
		return ret;
	if (count && req.count < count)
		return -ENOMEM;
	node->memory = memory;
	node->count = count;
	return 0;
}

/**
 * isp_alloc() - allocate buffers and map them
 * @node: the node
 * @count: how many, up to ISP_BUFFERS
 *
 * Return: 0 or a negative errno.
 */
int isp_alloc(struct isp_node *node, unsigned int count)
{
	unsigned int i, k;
	int ret = request(node, count, V4L2_MEMORY_MMAP);

	for (i = 0; !ret && i < count; i++) {
		struct isp_buf *buf = &node->buf[i];
		struct v4l2_plane planes[ISP_PLANES];
		struct v4l2_buffer b;

		describe(&b, planes, node, i);
		ret = isp_ioctl(node->fd, VIDIOC_QUERYBUF, &b);
		if (ret)
			return ret;
		buf->planes = is_meta(node) ? 1 : b.length;
		for (k = 0; k < buf->planes; k++) {
			off_t offset = is_meta(node) ? b.m.offset : planes[k].m.mem_offset;

			buf->length[k] = is_meta(node) ? b.length : planes[k].length;
			buf->dmabuf[k] = -1;
			buf->map[k] = mmap(NULL, buf->length[k], PROT_READ | PROT_WRITE,
					   MAP_SHARED, node->fd, offset);
			if (buf->map[k] == MAP_FAILED) {
				buf->map[k] = NULL;
				return -errno;
			}
		}
	}
	return ret;
}

/**
 * isp_export() - make file descriptors for a buffer's planes
 * @node: the node
 * @index: the buffer; receives the descriptors
 *
 * Return: 0 or a negative errno.
 */
int isp_export(struct isp_node *node, unsigned int index)
{
	struct isp_buf *buf = &node->buf[index];
	unsigned int k;

	for (k = 0; k < buf->planes; k++) {
		struct v4l2_exportbuffer e = {
			.type = node->type, .index = index, .plane = k, .flags = O_CLOEXEC | O_RDWR,
		};
		int ret = isp_ioctl(node->fd, VIDIOC_EXPBUF, &e);

		if (ret)
			return ret;
		buf->dmabuf[k] = e.fd;
	}
	return 0;
}

/**
 * isp_import() - make room for foreign buffers
 * @node: the node
 * @count: how many
 *
 * Return: 0 or a negative errno.
 */
int isp_import(struct isp_node *node, unsigned int count)
{
	unsigned int i, k;
	int ret = request(node, count, V4L2_MEMORY_DMABUF);

	for (i = 0; !ret && i < count; i++) {
		node->buf[i].planes = planes_of(node);
		for (k = 0; k < ISP_PLANES; k++)
			node->buf[i].dmabuf[k] = -1;
	}
	return ret;
}

/**
 * isp_use_dmabuf() - what a buffer is to hold when it is queued next
 * @node: the node
 * @index: buffer
 * @fds: a file descriptor per plane; the caller keeps them
 *
 * Return: 0, or -errno when one is no buffer.
 */
int isp_use_dmabuf(struct isp_node *node, unsigned int index, const int *fds)
{
	struct isp_buf *buf = &node->buf[index];
	unsigned int k;

	for (k = 0; k < buf->planes; k++) {
		off_t size = lseek(fds[k], 0, SEEK_END);

		if (size < 0)
			return -errno;
		buf->dmabuf[k] = fds[k];
		buf->length[k] = (size_t)size;
	}
	return 0;
}

/** isp_free() - give all buffers of a node back; @node: the node. Return: 0 or -errno */
int isp_free(struct isp_node *node)
{
	drop_buffers(node);
	return request(node, 0, node->memory);
}

/** isp_stream() - start or stop a node; @node: the node, @on: which. Return: 0 or -errno */
int isp_stream(struct isp_node *node, bool on)
{
	int type = (int)node->type;
	int ret = isp_ioctl(node->fd, on ? VIDIOC_STREAMON : VIDIOC_STREAMOFF, &type);

	if (!ret)
		node->on = on;
	return ret;
}

/**
 * isp_queue_bytes() - queue a buffer
 * @node: the node
 * @index: the buffer
 * @bytes: payload of the first plane
 * @time_us: timestamp
 *
 * Return: 0 or a negative errno.
 */
int isp_queue_bytes(struct isp_node *node, unsigned int index, uint32_t bytes,
		    int64_t time_us)
{
	struct isp_buf *buf = &node->buf[index];
	struct v4l2_plane planes[ISP_PLANES];
	struct v4l2_buffer b;
	unsigned int k;

	describe(&b, planes, node, index);
	b.timestamp.tv_sec = time_us / 1000000;
	b.timestamp.tv_usec = time_us % 1000000;
	b.field = V4L2_FIELD_NONE;
	if (is_meta(node)) {
		b.bytesused = bytes;
		b.length = (uint32_t)buf->length[0];
		if (node->memory == V4L2_MEMORY_DMABUF)
			b.m.fd = buf->dmabuf[0];
	}
	for (k = 0; !is_meta(node) && k < buf->planes; k++) {
		planes[k].bytesused = k ? (uint32_t)buf->length[k] : bytes;
		planes[k].length = (uint32_t)buf->length[k];
		if (node->memory == V4L2_MEMORY_DMABUF)
			planes[k].m.fd = buf->dmabuf[k];
	}
	return isp_ioctl(node->fd, VIDIOC_QBUF, &b);
}

/**
 * isp_queue() - queue a full buffer
 * @node: the node
 * @index: the buffer
 * @time_us: timestamp
 *
 * Return: 0 or a negative errno.
 */
int isp_queue(struct isp_node *node, unsigned int index, int64_t time_us)
{
	uint32_t bytes = 0;

	if (is_output(node))
		bytes = is_meta(node) ? (uint32_t)node->buf[index].length[0] :
			node->fmt.fmt.pix_mp.plane_fmt[0].sizeimage;
	return isp_queue_bytes(node, index, bytes, time_us);
}

/**
 * isp_queue_params() - queue a parameter buffer
 * @node: parameter node, mapped buffers
 * @index: the buffer
 * @data: what to put in
 * @bytes: how much
 *
 * Return: 0 or a negative errno.
 */
int isp_queue_params(struct isp_node *node, unsigned int index, const void *data,
		     size_t bytes)
{
	struct isp_buf *buf = &node->buf[index];

	memcpy(buf->map[0], data, bytes < buf->length[0] ? bytes : buf->length[0]);
	return isp_queue_bytes(node, index, (uint32_t)bytes, 0);
}

static int wait_for(int fd, short events, int wait_ms)
{
	const char *slow = getenv("TAP_TIME_SCALE");
	struct pollfd p = { .fd = fd, .events = events };
	int ret;

	if (wait_ms > 0 && slow)
		wait_ms *= atoi(slow) > 1 ? atoi(slow) : 1;
	do {
		ret = poll(&p, 1, wait_ms);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0)
		return -errno;
	return ret ? 0 : -ETIMEDOUT;
}

/**
 * isp_dequeue() - wait for a buffer
 * @node: the node
 * @done: receives what came back
 * @wait_ms: time limit; 0 only looks
 *
 * Return: 0, -ETIMEDOUT, or the negative errno of the kernel.
 */
int isp_dequeue(struct isp_node *node, struct isp_done *done, int wait_ms)
{
	struct v4l2_plane planes[ISP_PLANES];
	struct v4l2_buffer b;
	unsigned int k;
	int ret;

	ret = wait_for(node->fd, is_output(node) ? POLLOUT : POLLIN, wait_ms);
	if (ret)
		return ret;
	describe(&b, planes, node, 0);
	if (!is_meta(node))
		b.length = ISP_PLANES;
	ret = isp_ioctl(node->fd, VIDIOC_DQBUF, &b);
	if (ret)
		return ret;
	memset(done, 0, sizeof(*done));
	done->index = b.index;
	done->sequence = b.sequence;
	done->error = b.flags & V4L2_BUF_FLAG_ERROR;
	done->flags = b.flags;
	done->time_us = (int64_t)b.timestamp.tv_sec * 1000000 + b.timestamp.tv_usec;
	done->bytes[0] = b.bytesused;
	for (k = 0; !is_meta(node) && k < planes_of(node); k++)
		done->bytes[k] = planes[k].bytesused;
	return 0;
}

/**
 * isp_image() - a captured picture as the reference sees pictures
 * @image: receives format, size and memory
 * @node: main or self path, mapped buffers
 * @index: the buffer
 */
void isp_image(struct isp_image *image, const struct isp_node *node, unsigned int index)
{
	const struct v4l2_pix_format_mplane *pix = &node->fmt.fmt.pix_mp;
	unsigned int k;

	memset(image, 0, sizeof(*image));
	image->fourcc = pix->pixelformat;
	image->width = pix->width;
	image->height = pix->height;
	image->planes = pix->num_planes;
	for (k = 0; k < pix->num_planes; k++) {
		image->plane[k] = node->buf[index].map[k];
		image->stride[k] = pix->plane_fmt[k].bytesperline;
	}
}

/**
 * isp_raw_at() - a raw buffer as the reference sees raw pictures
 * @raw: receives size, format and memory
 * @dev: the device
 * @node: raw node, mapped buffers
 * @index: the buffer
 */
void isp_raw_at(struct isp_ref_raw *raw, const struct isp_dev *dev, enum isp_node_id node,
		unsigned int index)
{
	*raw = dev->raw;
	raw->data = dev->node[node].buf[index].map[0];
}

/**
 * isp_stats_block() - find a block of a statistics buffer
 * @buffer: the buffer
 * @bytes: its payload
 * @type: block number
 * @size: bytes that the block must have
 *
 * Return: the block; NULL when it is missing, has another size, or the
 * container is malformed before it.
 */
const void *isp_stats_block(const void *buffer, size_t bytes, unsigned int type,
			    size_t size)
{
	const struct sunmao_isp_buffer *head = buffer;
	size_t at = 0;

	if (bytes < sizeof(*head) || head->data_size > bytes - sizeof(*head))
		return NULL;
	while (at + sizeof(struct sunmao_isp_block_header) <= head->data_size) {
		const struct sunmao_isp_block_header *block = (const void *)(head->data + at);

		if (block->size < sizeof(*block) || block->size > head->data_size - at)
			return NULL;
		if (block->type == type)
			return block->size == size ? block : NULL;
		at += block->size;
	}
	return NULL;
}

/**
 * isp_subscribe_sync() - take part in FRAME_SYNC events
 * @dev: the device
 * @on: begin or end
 *
 * Return: 0 or a negative errno.
 */
int isp_subscribe_sync(struct isp_dev *dev, bool on)
{
	struct v4l2_event_subscription sub = { .type = V4L2_EVENT_FRAME_SYNC };

	return isp_ioctl(dev->subdev,
			 on ? VIDIOC_SUBSCRIBE_EVENT : VIDIOC_UNSUBSCRIBE_EVENT, &sub);
}

/**
 * isp_next_sync() - wait for a FRAME_SYNC event
 * @dev: the device
 * @sequence: receives the frame's number
 * @wait_ms: time limit
 *
 * Return: 0, -ETIMEDOUT, -EPROTO for another event, or a negative errno.
 */
int isp_next_sync(struct isp_dev *dev, uint32_t *sequence, int wait_ms)
{
	struct v4l2_event event;
	int ret = wait_for(dev->subdev, POLLPRI, wait_ms);

	if (!ret)
		ret = isp_ioctl(dev->subdev, VIDIOC_DQEVENT, &event);
	if (ret)
		return ret;
	if (event.type != V4L2_EVENT_FRAME_SYNC)
		return -EPROTO;
	*sequence = event.u.frame_sync.frame_sequence;
	return 0;
}

/* ---- frames ---- */

static const struct {
	unsigned int with;
	enum isp_node_id id;
	size_t done;
} parts[] = {
	{ ISP_WITH_PARAMS, ISP_PARAMS, offsetof(struct isp_result, params) },
	{ ISP_WITH_STATS, ISP_STATS, offsetof(struct isp_result, stats) },
	{ ISP_WITH_MAIN, ISP_MAIN, offsetof(struct isp_result, main) },
	{ ISP_WITH_SELF, ISP_SELF, offsetof(struct isp_result, self) },
	/* last: its buffer starts the frame */
	{ ~0u, ISP_RAW0, offsetof(struct isp_result, raw) },
};

#define PARTS	(sizeof(parts) / sizeof(parts[0]))

/**
 * isp_setup() - allocate buffers for frames
 * @dev: the device, formats set
 * @with: ISP_WITH_*
 * @buffers: of each node
 *
 * Return: 0 or a negative errno.
 */
int isp_setup(struct isp_dev *dev, unsigned int with, unsigned int buffers)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < PARTS; i++)
		if (with & parts[i].with)
			ret = isp_alloc(&dev->node[parts[i].id], buffers);
	return ret;
}

/** isp_start() - start all nodes of a frame; @dev: device, @with: ISP_WITH_*. Return: 0 or -errno */
int isp_start(struct isp_dev *dev, unsigned int with)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < PARTS; i++)
		if (with & parts[i].with)
			ret = isp_stream(&dev->node[parts[i].id], true);
	return ret;
}

/** isp_stop() - stop all nodes and free their buffers; @dev: device. Return: 0 or -errno */
int isp_stop(struct isp_dev *dev)
{
	unsigned int i;
	int ret = 0, err;

	for (i = PARTS; i--;) {
		struct isp_node *node = &dev->node[parts[i].id];

		err = node->on ? isp_stream(node, false) : 0;
		ret = ret ? ret : err;
	}
	for (i = 0; i < PARTS; i++) {
		struct isp_node *node = &dev->node[parts[i].id];

		err = node->count ? isp_free(node) : 0;
		ret = ret ? ret : err;
	}
	return ret;
}

/**
 * isp_submit() - queue all buffers of a frame, the raw one last
 * @dev: the device
 * @with: ISP_WITH_*
 * @index: which buffer of each node
 * @params: parameters, with ISP_WITH_PARAMS
 * @bytes: their payload
 * @time_us: timestamp of the raw buffer
 *
 * Return: 0 or a negative errno.
 */
int isp_submit(struct isp_dev *dev, unsigned int with, unsigned int index,
	       const void *params, size_t bytes, int64_t time_us)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < PARTS; i++) {
		struct isp_node *node = &dev->node[parts[i].id];

		if (!(with & parts[i].with))
			continue;
		ret = parts[i].id == ISP_PARAMS ?
			isp_queue_params(node, index, params, bytes) :
			isp_queue(node, index, time_us);
	}
	return ret;
}

/**
 * isp_collect() - wait for all buffers of a frame
 * @dev: the device
 * @with: ISP_WITH_*
 * @result: receives them
 *
 * Return: 0 or a negative errno of the first that does not come.
 */
int isp_collect(struct isp_dev *dev, unsigned int with, struct isp_result *result)
{
	unsigned int i;
	int ret = 0;

	memset(result, 0, sizeof(*result));
	for (i = PARTS; !ret && i--;)
		if (with & parts[i].with)
			ret = isp_dequeue(&dev->node[parts[i].id],
					  (void *)((char *)result + parts[i].done), ISP_WAIT_MS);
	return ret;
}
